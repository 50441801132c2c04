module heliograph.lab/tempo-front

go 1.24
