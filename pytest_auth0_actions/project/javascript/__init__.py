"""What a file of JavaScript or TypeScript consists of: statements, branches and functions."""
