"""What Caveat's services share: the language, the contracts and the chassis."""
