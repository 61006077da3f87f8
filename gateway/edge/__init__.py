"""What stands between the internet and the pages: sessions, CSRF, hosts, headers, limits, the API proxy."""
