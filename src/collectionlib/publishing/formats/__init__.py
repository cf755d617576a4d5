"""The exporters, one module each, and the protocol that they share."""
