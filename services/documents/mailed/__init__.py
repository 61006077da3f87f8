"""Files that came with an answer by mail: notifications brings them, in the name of the person who wrote it."""
