"""One file per page. Each has `add_routes(pages)`."""
