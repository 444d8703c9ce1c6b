echo "no reason" # € 🎉
