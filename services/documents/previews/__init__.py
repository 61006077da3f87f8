"""Pages of PDF files and pictures as small pictures and as text, made apart from everything else and kept."""
