"""The portal service: the firm's clients, its settings, requests to clients, their Home and the staff's work list."""
