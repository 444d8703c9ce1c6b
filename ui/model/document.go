package model

type Document struct{}
