"""
moto on loopback. It runs functions in Docker, or answers for them itself; here its interpreter of the states language asks
another server for them.
Usage: start.py PORT URL-OF-LAMBDA
"""

import sys

import boto3
from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task import lambda_eval_utils

port, lambda_url = sys.argv[1:]


def client_for(service, region, state_credentials=None):
    return boto3.client(
        service,
        region_name=region,
        endpoint_url=lambda_url,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=boto3.session.Config(retries={"total_max_attempts": 1}, read_timeout=900),
    )


lambda_eval_utils.boto_client_for = client_for
main(["-H", "127.0.0.1", "-p", port])
