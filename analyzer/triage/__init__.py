"""Many cases: each one runs alone in a child process, results are content-addressed, and the index is made anew from them.

`sources` finds the cases, `coordinator` decides which must be read, `supervisor` runs each in a child under limits of time and memory,
`work` is what the child does, `store` is the folder, `index` and `page` show what is in it.
"""
