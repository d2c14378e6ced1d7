"""Serves what handler.py does. A host starts it; started by hand it says how it is run."""

from pluginart import serve

from handler import Handler

if __name__ == "__main__":
    serve(Handler())
