"""Uploads that can be gone on with after a break: tus 1.0 (https://tus.io/protocols/resumable-upload)."""
