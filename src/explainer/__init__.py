"""GPT-2 explained in the browser: text -> tokenizer -> engine -> Trace -> views.

Everything here runs in CPython and in Pyodide alike and needs numpy, param and panel, nothing heavier.
"""
