import { Inject, Module } from '@nestjs/common';
import { Nodes } from '../shared/nodes.ts';
import { loadCertification } from './certification.commands.ts';
import { CertificationProviderResolver } from './certification.provider.resolver.ts';
import { CertificationResolver } from './certification.resolver.ts';

/** At both doors: a tenant reads what the sites it may order from are certified for. */
@Module({ providers: [CertificationResolver] })
export class CertificationModule {
  constructor(@Inject(Nodes) nodes: Nodes) {
    nodes.add('certification', loadCertification);
  }
}

/** At the provider's door alone: the register is kept by operators. */
@Module({ providers: [CertificationProviderResolver] })
export class CertificationProviderModule {}
