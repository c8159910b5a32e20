"""The namespaces of Auth0's `api`, each with its rules and words."""
