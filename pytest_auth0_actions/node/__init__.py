"""Runs an Action in a real Node.js."""
