"""Whether a file is safe to open: checked by ClamAV before anybody can, quarantined where it is not."""
