"""The questions (`ask`), found once per distinct pattern of answers."""
