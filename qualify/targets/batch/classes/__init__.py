"""Values cut into classes within which all tests answer alike."""
