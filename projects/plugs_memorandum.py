"""What the memorandum plugs into the sockets."""
