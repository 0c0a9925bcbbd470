// Stands for the influx CLI: `influx auth list`, and `active`, `inactive` and `delete` with `--id ID`, at the server and
// with the token of its own variables.

const [noun, verb = '', option, id = ''] = process.argv.slice(2);
if (noun !== 'auth' || (verb !== 'list' && option !== '--id'))
  throw new Error('this influx command is not served here');

async function send(method: string, path: string, body?: object): Promise<string> {
  const response = await fetch(`${process.env.INFLUX_HOST}/api/v2/authorizations${path}`, {
    method,
    headers: { authorization: `Token ${process.env.INFLUX_TOKEN}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`influx auth ${verb}: ${text}`);
  return text;
}

interface Row {
  readonly id: string;
  readonly description: string;
  readonly status: string;
  readonly user: string;
}

if (verb === 'list')
  for (const row of (JSON.parse(await send('GET', '')) as { authorizations: Row[] }).authorizations)
    process.stdout.write(`${[row.id, row.description, row.status, row.user].join('\t')}\n`);
else if (verb === 'delete') await send('DELETE', `/${id}`);
else await send('PATCH', `/${id}`, { status: verb });
