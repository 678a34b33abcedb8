import type { Pages } from '../../http/routes.js';
import { joinRoutes } from '../../http/transport/route.js';
import { createAssetRoutes, createCheckoutRoutes } from './checkout.routes.js';
import { createExplorerRoutes } from './explorer.routes.js';
import { createHomeRoutes, type HomeDeps } from './home.routes.js';
import { answerStudio } from './studio.page.js';

export function createPages({ sandboxUrl, explorer }: HomeDeps): Pages {
  const home = [createHomeRoutes({ sandboxUrl, explorer }), createAssetRoutes()];
  const explorers = explorer ? [createExplorerRoutes(), createCheckoutRoutes(sandboxUrl)] : [];
  return { routes: joinRoutes([...home, ...explorers]), studio: explorer ? answerStudio : null };
}
