def main(order, retries=1, note=None):
    return order
