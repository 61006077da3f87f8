"""What every service stands on: it knows no service and no word of the business."""
