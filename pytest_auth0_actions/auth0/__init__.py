"""What Auth0 does: pure rules, without pytest, freezegun, Node.js or I/O."""
