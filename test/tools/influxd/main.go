// An ordinary influxd, for the tests against a real server: InfluxDB 2 is a Go module like any other.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/influxdata/influxdb/v2"
	"github.com/influxdata/influxdb/v2/cmd/influxd/launcher"
	_ "github.com/influxdata/influxdb/v2/tsdb/engine/tsm1"
	_ "github.com/influxdata/influxdb/v2/tsdb/index/tsi1"
	"github.com/spf13/viper"
)

func main() {
	influxdb.SetBuildInfo("v2.9.1", "none", "2026-01-01T00:00:00Z")
	command, err := launcher.NewInfluxdCommand(context.Background(), viper.New())
	if err == nil {
		err = command.Execute()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
