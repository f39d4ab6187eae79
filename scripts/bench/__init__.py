"""How fast the product is beside what the machine can do at all, measured in the same run (`make bench`)."""
