"""What is looked at when a filing is made (备案预检): credential, destination, insurance, and its benefit."""
