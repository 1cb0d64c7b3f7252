module xpeditis-charts/tools/pause

go 1.26.0
