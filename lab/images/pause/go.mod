module heliograph.lab/pause

go 1.21
