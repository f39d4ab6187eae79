"""Minutes of very many meetings while everything around the product breaks, counted at the mail server."""
