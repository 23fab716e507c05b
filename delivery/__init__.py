"""What goes to AWS: layers, the functions' archive, the image's contents and one template, made without AWS."""
