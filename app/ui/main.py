"""The script that Streamlit runs; `chartwell ui` starts it."""

from chartwell.app.ui.shell import show

# Processes that are spawned read the main script again, under another name.
if __name__ == "__main__":
    show()
