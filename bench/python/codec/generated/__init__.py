"""Generated code for the codec benchmark."""
