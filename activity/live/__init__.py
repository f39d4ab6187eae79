"""Live pages: what others change, told to the browsers that have a project open (rule E4)."""
