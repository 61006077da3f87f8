"""Sessions: what the browser's cookie refers to, exchanged by the gateway for passports."""
