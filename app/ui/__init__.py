"""The Streamlit chat: pages over the SDK. Whatever comes from documents or models is shown as text, never as markup."""
