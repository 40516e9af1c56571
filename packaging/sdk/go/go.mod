module ferrule.dev/sdk/go

go 1.19
