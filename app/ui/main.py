"""The script that Streamlit runs; `chartwell ui` starts it."""

from chartwell.app.ui.shell import show

show()
