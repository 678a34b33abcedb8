/* GraphiQL with a tab for each example. React, ReactDOM and GraphiQL are globals: their files stand before this one. */
(() => {
  /** What GraphiQL would restore of an earlier visit. The tabs start fresh each time, with keys that nobody has used. */
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
    const keys = new Map(examples.map(({ name }) => [name, `explorer-${name}-${randomText()}`]));
    const tabs = examples.map((example) => ({ query: example.query, variables: variablesOf(example, keys) }));
    const explorer = React.createElement(GraphiQL, {
      fetcher: createFetcher(),
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
   * For a moment after a change of tabs GraphiQL still names the operation of the tab before. A name that does not stand in the
   * document is left out: the gateway then runs the only operation there is.
   */
  function createFetcher() {
    const send = GraphiQL.createFetcher({ url: '/graphql' });
    return ({ operationName, ...operation }, options) =>
      send(operation.query.includes(operationName) ? { operationName, ...operation } : operation, options);
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
          teaches,
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

  function examplesIcon() {
    const line = 'M3 5h2m3 0h9M3 10h2m3 0h9M3 15h2m3 0h9';
    const stroke = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.5, strokeLinecap: 'round' };
    return React.createElement(
      'svg',
      { viewBox: '0 0 20 20', 'aria-hidden': true },
      React.createElement('path', { d: line, ...stroke }),
    );
  }

  /** Fills the placeholders in. */
  function variablesOf({ name, variables }, keys) {
    return JSON.stringify(variables, null, 2)
      .replaceAll('{{origin}}', location.origin)
      .replaceAll('{{key}}', keys.get(name))
      .replace(/\{\{keyOf:(\w+)\}\}/g, (_placeholder, other) => keys.get(other));
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
