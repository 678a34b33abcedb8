/** GraphiQL with a tab for each example. React, ReactDOM and GraphiQL are globals of earlier scripts. */
(() => {
  /** GraphiQL would restore these from an earlier visit, with keys that are used already. */
  const FORGOTTEN = new Set(['graphiql:tabState', 'graphiql:query', 'graphiql:variables', 'graphiql:operationName']);
  const storage = {
    getItem: (name) => (FORGOTTEN.has(name) ? null : localStorage.getItem(name)),
    setItem: (name, value) => {
      if (!FORGOTTEN.has(name)) localStorage.setItem(name, value);
    },
    removeItem: (name) => localStorage.removeItem(name),
    clear: () => localStorage.clear(),
    get length() {
      return localStorage.length;
    },
  };

  function start(examples) {
    const run = randomText();
    const tabs = examples.map(({ query, variables }) => ({ query, variables: fillIn(variables, run) }));
    const explorer = React.createElement(GraphiQL, {
      fetcher: createFetcher(new Map(examples.map((example, index) => [example.name, { ...example, ...tabs[index] }]))),
      storage,
      shouldPersistHeaders: false,
      defaultEditorToolsVisibility: 'variables',
      defaultTabs: tabs,
      // GraphiQL takes the first tab's query from the tabs, but not its variables.
      variables: tabs[0].variables,
      plugins: [examplesPlugin(examples)],
      visiblePlugin: 'Examples',
    });
    ReactDOM.createRoot(document.getElementById('graphiql')).render(explorer);
  }

  /**
   * Before an example that follows another, sends that one and puts its ids into the variables. Its
   * key charges once, however often it is sent.
   */
  function createFetcher(examples) {
    const post = GraphiQL.createFetcher({ url: '/graphql', enableIncrementalDelivery: false });
    const prepare = async (operation, options) => {
      const { after } = examples.get(nameOf(operation.query)) ?? {};
      const payment = after === undefined ? null : await makePayment(examples.get(after), options);
      return { ...operation, variables: withIds(operation.variables, payment) };
    };
    const makePayment = async ({ query, variables }, options) => {
      const { data } = await post({ query, variables: JSON.parse(variables) }, options);
      return data?.createPayment?.payment ?? null;
    };
    return (operation, options) => {
      const ready = prepare(withKnownName(operation), options);
      if (/^subscription\b/m.test(operation.query)) return watch(ready, options);
      return ready.then((filled) => post(filled, options));
    };
  }

  /**
   * After a change of tabs GraphiQL still names the former tab's operation for a moment. An unknown
   * name is left out: the gateway then runs the document's only operation.
   */
  function withKnownName({ operationName, ...operation }) {
    const defines = new RegExp(`^(?:mutation|query|subscription)\\s+${operationName}\\b`, 'm');
    return defines.test(operation.query) ? { operationName, ...operation } : operation;
  }

  function nameOf(query) {
    return /^(?:mutation|query|subscription) (\w+)/m.exec(query)?.[1];
  }

  function withIds(variables, payment) {
    if (payment === null) return variables;
    const text = JSON.stringify(variables)
      .replace(/\{\{idOf:\w+\}\}/g, payment.id)
      .replace(/\{\{orderIdOf:\w+\}\}/g, payment.orderId);
    return JSON.parse(text);
  }

  /**
   * Reads a subscription as an event stream: GraphiQL's own fetcher knows WebSockets only, an
   * EventSource sends no headers.
   */
  function watch(ready, { headers } = {}) {
    const abort = new AbortController();
    const read = async (observer) => {
      const response = await fetch('/graphql', {
        method: 'POST',
        headers: { ...headers, accept: 'text/event-stream', 'content-type': 'application/json' },
        body: JSON.stringify(await ready),
        signal: abort.signal,
      });
      if (!response.headers.get('content-type')?.startsWith('text/event-stream')) observer.next(await response.json());
      else for await (const result of readResults(response.body)) observer.next(result);
      observer.complete();
    };
    return {
      subscribe: (observer) => {
        read(observer).catch((error) => abort.signal.aborted || observer.error(error));
        return { unsubscribe: () => abort.abort() };
      },
    };
  }

  async function* readResults(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      const events = (text + chunk.value).split('\n\n');
      text = events.pop();
      for (const event of events) {
        const data = /^data: ?(\{.*)$/m.exec(event)?.[1];
        if (data !== undefined) yield JSON.parse(data);
      }
    }
  }

  /** A panel that lists the examples by story; choosing one goes to its tab. */
  function examplesPlugin(examples) {
    const h = React.createElement;
    const stories = [...new Set(examples.map(({ story }) => story))];
    const Examples = () => {
      const { tabs, activeTabIndex, changeTab } = GraphiQL.React.useEditorContext({ nonNull: true });
      const entry = ({ name, teaches }) => {
        const index = tabs.findIndex(({ operationName, title }) => (operationName ?? title) === name);
        const attributes = { type: 'button', disabled: index === -1, 'aria-current': index === activeTabIndex };
        const button = h(
          'button',
          { ...attributes, onClick: () => changeTab(index) },
          h('strong', null, name),
          ...withCode(teaches),
        );
        return h('li', { key: name }, button);
      };
      const section = (story) =>
        h(
          'section',
          { key: story },
          h('h2', null, story),
          h('ul', null, ...examples.filter((example) => example.story === story).map(entry)),
        );
      return h(
        'div',
        { className: 'examples' },
        h('div', { className: 'graphiql-doc-explorer-title' }, 'Examples'),
        ...stories.map(section),
      );
    };
    return { title: 'Examples', icon: examplesIcon, content: () => h(Examples) };
  }

  /** Words between backticks are code. */
  function withCode(text) {
    return text.split('`').map((part, index) => (index % 2 === 0 ? part : React.createElement('code', null, part)));
  }

  function examplesIcon() {
    const line = 'M3 5h2m3 0h9M3 10h2m3 0h9M3 15h2m3 0h9';
    const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' };
    return React.createElement(
      'svg',
      { viewBox: '0 0 20 20', 'aria-hidden': true },
      React.createElement('path', { d: line, ...stroke }),
    );
  }

  /** Fills in the placeholders that are known when the page loads. */
  function fillIn(variables, run) {
    return JSON.stringify(variables, null, 2)
      .replaceAll('{{origin}}', location.origin)
      .replace(/\{\{keyOf:(\w+)\}\}/g, `explorer-$1-${run}`);
  }

  function randomText() {
    return Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  fetch('/graphiql/examples.json')
    .then((response) => response.json())
    .then(start, (error) => {
      document.querySelector('.loading').textContent = `The examples could not be loaded: ${error.message}`;
    });
})();
