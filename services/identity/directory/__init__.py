"""The portal's directory as identity reacts to it: contacts that become users, and users that lose access."""
