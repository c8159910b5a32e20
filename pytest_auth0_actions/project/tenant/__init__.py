"""Reads what the Deploy CLI exports or Terraform applies: the Actions of a tenant, and more."""
