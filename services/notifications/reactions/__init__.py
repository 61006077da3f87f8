"""Who is told what when something happens elsewhere, by the service where it happens."""
