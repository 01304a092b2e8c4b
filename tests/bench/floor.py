"""The least that a Streamlit page can do: a radio and a text. Streamlit runs this file."""

import streamlit as st

chosen = st.radio("choose", [f"choice {number}" for number in range(14)])
st.text(f"chosen: {chosen}")
