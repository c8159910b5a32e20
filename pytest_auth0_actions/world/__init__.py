"""What one test holds: its clock, journal, network and bad luck."""
