"""An invented sphere and eight invented weeks, so that a newcomer sees every page alive. Nobody here exists."""
