import NetConfig
print("x")
