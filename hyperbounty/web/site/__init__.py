"""The frame of the site: what serves the pages and the API of every family. It knows none of them."""
